"""The application's doors for programs: OpenAPI 3, with tokens that may do less than their owner."""
