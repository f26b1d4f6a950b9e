"""More or fewer licenses, at once or on a day, here or from another clinic."""
