"""What operators are told: the history, the sentences of `syncd trace`, alarms, another site."""
