"""Running SQL that nobody vouches for: policy, one execution, worker processes, the pool."""
