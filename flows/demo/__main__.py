"""`python -m flows.demo [NIGHT]`: serve the demo web until interrupted, on the same addresses every time."""

import sys
import threading

from flows.demo.web import DemoWeb

BASE_PORT = 18701

if __name__ == "__main__":
    night = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    with DemoWeb(night=night, base_port=BASE_PORT) as web:
        for entry in web.source_entries():
            print(entry["name"], entry["list_urls"][0])
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print()
