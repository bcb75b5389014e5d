"""A demonstration institute, modelled on the notice and built through the actions; all names are invented."""
