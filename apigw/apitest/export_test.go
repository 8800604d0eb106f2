package apitest

// Hurry makes Record not wait.
func (s *Server) Hurry() { s.patience = 0 }
