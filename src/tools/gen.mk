# Generated headers, if any: everything that must exist before the first object is compiled.
GEN_HEADERS :=
