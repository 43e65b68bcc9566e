"""An application that is long in coming up."""

import time

time.sleep(30)
app = None
