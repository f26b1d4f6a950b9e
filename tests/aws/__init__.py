"""What AWS would say of the template, the rights, the alarms and the documents."""
