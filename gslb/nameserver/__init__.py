"""The meaning of an answer: view, plan, execute, respond and explain."""
