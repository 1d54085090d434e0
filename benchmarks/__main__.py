"""Run every benchmark and print its ratios."""

from benchmarks import orders, signed_call, store, whole_call

if __name__ == "__main__":
    whole_call.run()
    orders.run()
    signed_call.run()
    store.run()
