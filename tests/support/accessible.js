// What axe finds wrong with the page, and the looks of text whose contrast it measured and found good.
//
// To measure contrast takes two thirds of axe's time, and contrast is a matter of looks: text of the same color, size and
// weight over the same backgrounds has the same contrast on every page. So axe's own check is asked only for text whose
// look was not found good before. Text beside a box that it hangs from, or with something else painted where it stands,
// has no look and is always measured.
async ([options, known]) => {
  globalThis.loadAxe?.();
  const BARE = "1,normal,none,none,auto";
  const PICTURES = ["IMG", "SVG", "CANVAS", "VIDEO", "IFRAME"];
  const FIELDS = ["INPUT", "SELECT", "TEXTAREA"];
  const UNSEEN = "unseen";
  const good = new Set([UNSEEN, ...known]);
  const painted = new Map(
    [...document.querySelectorAll("body, body *")]
      .filter((one) => one.checkVisibility() && isPainted(one))
      .map((one) => [one, one.getBoundingClientRect()]),
  );
  const [chains, layers] = [new Map(), new Map()];

  const check = axe._audit.checks["color-contrast"];
  const [usual, found] = [check.evaluate, new Set()];
  check.evaluate = function (one, ...rest) {
    const look = lookOf(one);
    if (good.has(look) || found.has(look)) return true;
    let said = {};
    const told = { ...this, data: (data) => this.data((said = data)) };
    const result = usual.call(told, one, ...rest);
    if (look && isSettled(result, said)) found.add(look);
    return result;
  };
  const { violations } = await axe.run(options);
  check.evaluate = usual;
  return { violations, good: [...found] };

  // A ratio that is enough, or text over a gradient, of which axe says nothing.
  function isSettled(result, { messageKey, contrastRatio }) {
    return messageKey === "bgGradient" || (result === true && !messageKey && contrastRatio >= 3);
  }

  function isPainted(one) {
    const { backgroundColor, backgroundImage } = getComputedStyle(one);
    return backgroundImage !== "none" || !/^transparent$|, 0\)$/.test(backgroundColor) || PICTURES.includes(one.tagName.toUpperCase());
  }

  function isText(node) {
    return node.nodeType === Node.TEXT_NODE && node.nodeValue.trim() !== "";
  }

  // All that decides about the contrast of this element's text; "" if something else may.
  function lookOf(one) {
    const texts = [...one.childNodes].filter(isText).map(placeOf);
    const places = (FIELDS.includes(one.tagName) ? [one.getBoundingClientRect()] : texts).filter((place) => isSeen(one, place));
    if (!places.length) return UNSEEN;
    const parts = places.map((place) => clipped(one, place, isClipping)).filter(hasArea);
    for (const [box, place] of painted) {
      const [isBehind, isFree] = [box.contains(one), !parts.some((part) => meets(place, part))];
      if (isBehind ? !parts.every((part) => holds(place, part)) : !isFree && !isAbove(one, box)) return "";
    }
    const style = getComputedStyle(one);
    return [style.color, style.fontSize, style.fontWeight, style.textShadow, style.webkitTextStroke, style.webkitTextFillColor]
      .join() + chainOf(one);
  }

  // Whether it is neither cut off for good nor beside the page.
  function isSeen(one, place) {
    const rest = clipped(one, place, isHiding);
    return hasArea(rest) && rest.right > 0 && rest.bottom + scrollY > 0;
  }

  // Whether one of two that meet lies in a layer above the other's, so that they do not mix. Of what is covered axe says
  // nothing; what covers has to hide what it lies on.
  function isAbove(one, other) {
    const [mine, theirs] = [layerOf(one), layerOf(other)];
    const [up, down] = [mine, theirs].map((layer) => (layer ? Number(getComputedStyle(layer).zIndex) : 0));
    return mine !== theirs && (up < down || (up > down && hides(mine)));
  }

  // The outermost box with a place of its own in the depth.
  function layerOf(one) {
    if (!one) return null;
    if (!layers.has(one)) {
      layers.set(one, layerOf(one.parentElement) ?? (getComputedStyle(one).zIndex === "auto" ? null : one));
    }
    return layers.get(one);
  }

  function hides(box) {
    const { backgroundColor, opacity } = getComputedStyle(box);
    return opacity === "1" && /^rgb\(/.test(backgroundColor);
  }

  function isClipping(box) {
    return getComputedStyle(box).overflow !== "visible";
  }

  function isHiding(box) {
    return /hidden|clip/.test(getComputedStyle(box).overflow);
  }

  // What the boxes around it leave of a place.
  function clipped(one, place, does) {
    let { left, top, right, bottom } = place;
    for (let box = one; box && box !== document.body; box = box.parentElement) {
      if (!does(box)) continue;
      const frame = box.getBoundingClientRect();
      [left, top] = [Math.max(left, frame.left), Math.max(top, frame.top)];
      [right, bottom] = [Math.min(right, frame.right), Math.min(bottom, frame.bottom)];
    }
    return { left, top, right, bottom };
  }

  function hasArea(place) {
    return place.right - place.left > 1 && place.bottom - place.top > 1;
  }

  function placeOf(text) {
    const range = document.createRange();
    range.selectNodeContents(text);
    return range.getBoundingClientRect();
  }

  // What lies behind an element and how it is mixed, up to the page.
  function chainOf(one) {
    if (!one) return "";
    if (!chains.has(one)) {
      const style = getComputedStyle(one);
      const mixed = [style.opacity, style.mixBlendMode, style.filter, style.clipPath, style.zIndex].join();
      const box = painted.has(one) ? [style.backgroundColor, style.backgroundImage, style.backgroundClip].join() : "";
      chains.set(one, (box || mixed !== BARE ? `(${box} ${mixed})` : "") + chainOf(one.parentElement));
    }
    return chains.get(one);
  }

  function meets(a, b) {
    return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  }

  function holds(outer, inner) {
    const slack = 1;
    return (
      outer.left <= inner.left + slack && outer.right >= inner.right - slack &&
      outer.top <= inner.top + slack && outer.bottom >= inner.bottom - slack
    );
  }
};
