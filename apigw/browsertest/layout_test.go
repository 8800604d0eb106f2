package browsertest

// misplaced returns what does not fit: what makes the page scroll sideways, and texts
// and controls that overlap others.
func (p *tab) misplaced() []string {
	p.t.Helper()
	return eval[[]string](p, misplaced)
}

// laidOut fails the test if anything does not fit.
func (p *tab) laidOut(view string) {
	p.t.Helper()
	for _, problem := range p.misplaced() {
		p.t.Errorf("%s, %s: %s", view, p.look, problem)
	}
}

// shifts returns what moved although nobody did anything.
func (p *tab) shifts() []string {
	p.t.Helper()
	// An observer hears of a frame after it; two frames later it has.
	eval[bool](p, `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(true)))))`)
	return eval[[]string](p, `window.seen.shifts`)
}

// settled forgets what moved until now, as a view does while it loads.
func (p *tab) settled() {
	p.t.Helper()
	p.shifts()
	eval[bool](p, `(window.seen.shifts.length = 0, true)`)
}

// misplaced is a program of the page. A text's place is that of its letters, less a
// quarter of their height on either side, which lines of text share by design, and less
// what an ancestor with a scroll bar of its own hides.
const misplaced = `(() => {
	const found = [];
	const name = (e) => {
		const own = e.tagName.toLowerCase() + (e.id ? '#' + e.id : '') + [...e.classList].map((c) => '.' + c).join('');
		return own + ' ' + JSON.stringify((e.innerText ?? e.value ?? '').slice(0, 40));
	};
	const page = document.scrollingElement;
	if (page.scrollWidth > page.clientWidth) {
		const wide = [...document.body.querySelectorAll('*')].filter((e) => e.getBoundingClientRect().right > page.clientWidth + 0.5);
		found.push('the page scrolls sideways, ' + page.scrollWidth + ' > ' + page.clientWidth + ': ' + wide.slice(0, 5).map(name).join(', '));
	}
	const hidden = (e) => {
		for (let at = e; at; at = at.parentElement) {
			const style = getComputedStyle(at);
			if (style.clipPath !== 'none' || style.opacity === '0' || at.matches('.skip, .cm-cursorLayer, .cm-selectionLayer, [aria-hidden="true"]')) return true;
		}
		return !e.checkVisibility({ visibilityProperty: true, opacityProperty: true });
	};
	const clipped = (rect, e) => {
		let box = { left: rect.left, right: rect.right, top: rect.top, bottom: rect.bottom };
		for (let at = e; at && at !== document.body; at = at.parentElement) {
			const style = getComputedStyle(at);
			if (style.overflowX === 'visible' && style.overflowY === 'visible') continue;
			const edge = at.getBoundingClientRect();
			box = { left: Math.max(box.left, edge.left), right: Math.min(box.right, edge.right), top: Math.max(box.top, edge.top), bottom: Math.min(box.bottom, edge.bottom) };
		}
		return box;
	};
	const boxes = [];
	const add = (rect, e, inset) => {
		const box = clipped({ left: rect.left, right: rect.right, top: rect.top + inset, bottom: rect.bottom - inset }, e);
		if (box.right - box.left > 1 && box.bottom - box.top > 1) boxes.push({ ...box, e });
	};
	const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	for (let node = walker.nextNode(); node && boxes.length < 5000; node = walker.nextNode()) {
		if (!node.data.trim() || !node.parentElement || hidden(node.parentElement)) continue;
		const range = document.createRange();
		range.selectNodeContents(node);
		for (const rect of range.getClientRects()) add(rect, node.parentElement, rect.height / 4);
	}
	for (const e of document.querySelectorAll('button, input, select, textarea')) {
		if (!hidden(e)) add(e.getBoundingClientRect(), e, 1);
	}
	boxes.sort((a, b) => a.top - b.top);
	for (let i = 0; i < boxes.length; i++) {
		const a = boxes[i];
		for (let j = i + 1; j < boxes.length && boxes[j].top < a.bottom; j++) {
			const b = boxes[j];
			if (a.e === b.e || a.e.contains(b.e) || b.e.contains(a.e)) continue;
			const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
			const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
			if (width > 2 && height > 1) found.push(name(a.e) + ' overlaps ' + name(b.e));
		}
	}
	return found.slice(0, 20);
})()`
