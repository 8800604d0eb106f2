package vtl

// PlaceOf returns where a node is in its template, also if it is in a string
// literal there.
func PlaceOf(n Node) Place {
	w := n.where()
	return w.src.place(int(w.pos))
}

// Extent returns where the text of a node begins and ends in its template, as byte
// offsets, also if it is in a string literal there. Comments before it are not part of
// it.
func Extent(n Node) (begin, end Pos) {
	w := n.where()
	_, from := w.src.origin(int(w.pos))
	_, to := w.src.origin(int(w.end))
	return Pos(from), Pos(max(from, to))
}
