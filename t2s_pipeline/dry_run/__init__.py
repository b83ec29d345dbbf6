"""An experiment walked through in small, to see that it runs: `t2s run -e NAME --dry`."""
