"""What conformance/generate.py writes, part by part."""
