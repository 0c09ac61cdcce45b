"""A loopback government web of fictional places: the demo's pages and the truth of every figure in them."""

from flows.demo.expectations import YearlyRow, YoyRow, yearly, yoy
from flows.demo.web import GAZETTEER, DemoWeb, TruthRow

__all__ = ["GAZETTEER", "DemoWeb", "TruthRow", "YearlyRow", "YoyRow", "yearly", "yoy"]
