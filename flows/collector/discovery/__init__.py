"""List pages of every platform family, read into rows and next requests; `walk` drives them."""
