"""What the pages about savings share, for the student's portal and the employer's: words, fields, forms, figures."""
