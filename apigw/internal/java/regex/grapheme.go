package regex

import "sort"

// cluster is the class of a character in grapheme clusters, as Unicode Standard
// Annex 29 names them.
type cluster uint8

const (
	clusterOther cluster = iota
	clusterCR
	clusterLF
	clusterControl
	clusterExtend
	clusterJoiner
	clusterRegional
	clusterPrepend
	clusterSpacing
	clusterL
	clusterV
	clusterT
	clusterLV
	clusterLVT
	clusterPictograph
)

type clusterRange struct {
	lo, hi rune
	class  cluster
}

func clusterOf(c rune) cluster {
	switch {
	case c >= ' ' && c < 0x7F:
		return clusterOther
	case c >= 0xAC00 && c <= 0xD7A3:
		if (c-0xAC00)%28 == 0 {
			return clusterLV
		}
		return clusterLVT
	}
	i := sort.Search(len(clusters), func(i int) bool { return clusters[i].hi >= c })
	if i < len(clusters) && clusters[i].lo <= c {
		return clusters[i].class
	}
	return clusterOther
}

// nextCluster returns the end of the grapheme cluster that begins at i, which is
// before the end of the text.
func (m *matcher) nextCluster(i, end int) int {
	c, i := m.decode(i)
	class := clusterOf(c)
	pictograph := class == clusterPictograph // all of it, and what extends it
	regional := 0
	if class == clusterRegional {
		regional = 1
	}
	for i < end {
		c, next := m.decode(i)
		follow := clusterOf(c)
		if !joins(class, follow) {
			switch {
			case class == clusterJoiner && follow == clusterPictograph && pictograph:
			case class == clusterRegional && follow == clusterRegional && regional%2 == 1:
			default:
				return i
			}
		}
		switch follow {
		case clusterPictograph, clusterExtend:
		case clusterJoiner:
			pictograph = pictograph && class != clusterJoiner
		default:
			pictograph = false
		}
		if follow == clusterRegional {
			regional++
		} else {
			regional = 0
		}
		class, i = follow, next
	}
	return i
}

// joins reports whether there is no boundary between two characters, whatever
// stands around them.
func joins(a, b cluster) bool {
	switch {
	case a == clusterCR && b == clusterLF:
		return true
	case a <= clusterControl && a != clusterOther, b <= clusterControl && b != clusterOther:
		return false
	case b == clusterExtend, b == clusterJoiner, b == clusterSpacing, a == clusterPrepend:
		return true
	case a == clusterL:
		return b == clusterL || b == clusterV || b == clusterLV || b == clusterLVT
	case a == clusterLV || a == clusterV:
		return b == clusterV || b == clusterT
	case a == clusterLVT || a == clusterT:
		return b == clusterT
	}
	return false
}
