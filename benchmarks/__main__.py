"""Run every benchmark and print its ratios."""

from benchmarks import whole_call

if __name__ == "__main__":
    whole_call.run()
