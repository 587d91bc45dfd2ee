"""What the product tells people by mail: the letters, who wants which, and how they leave the house."""
