"""Our event logs in an independent tool: a net made of a diagram, and the replay of a log on it by pm4py."""
