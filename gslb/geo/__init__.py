"""Who asks: ECS option or resolver address to location and scope."""
