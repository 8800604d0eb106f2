package vtl

// PlaceOf returns where a node is in its template, also if it is in a string
// literal there.
func PlaceOf(n Node) Place {
	w := n.where()
	return w.src.place(int(w.pos))
}
