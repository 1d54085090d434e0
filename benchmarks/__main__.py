"""Run every benchmark and print its ratios."""

from benchmarks import fetching, orders, rules, signed_call, store, whole_call

if __name__ == "__main__":
    # First, as the others leave the garbage collector as it is when serving.
    fetching.run()
    whole_call.run()
    orders.run()
    rules.run()
    signed_call.run()
    store.run()
