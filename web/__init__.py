"""What both faces have around every view, written once: cookies, hooks, headers, faults. It knows Flask and no face."""
