demo test check bench lock: ; @./dev $@
.PHONY: demo test check bench lock
