"""HTTP through API Gateway: parsing, authorization claims, answers and problems."""
