"""Routes in the sandbox: the shapes and rules of payloads, what is stored, what reads show."""
