"""Read the Model API's catalogue, page by page, into checked entries."""
