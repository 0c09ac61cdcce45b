"""Looking at sites before and beside the nights: recognise, propose, check, and keep list pages as goldens."""
