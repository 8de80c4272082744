"""Makes what stands in ``bpmn/documents``: Word templates, their HTML twins, and the page that lists their values."""
