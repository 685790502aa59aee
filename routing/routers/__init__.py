"""One folder per kind of mesh; `base` is the contract that each fulfils."""
