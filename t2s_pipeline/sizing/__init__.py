"""What a rollout of a given size takes: machines, hours, bytes, and which part of it gives way first."""
