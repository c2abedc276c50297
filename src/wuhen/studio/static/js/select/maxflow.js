/**
 * Minimum cuts of a graph, after Boykov and Kolmogorov, "An experimental comparison of min-cut/max-flow algorithms
 * for energy minimization in vision", PAMI 26 (2004): a tree grows from the source and one from the sink; where they
 * meet, flow is pushed through, and the branches that this cuts off look for new parents.
 */

const NONE = -1;
const TERMINAL = -2;
const ORPHAN = -3;

/** A graph whose nodes also hang on a source (the object) and on a sink (the rest). */
export class Graph {
  /**
   * @param {number} nodes
   * @param {number} edges the most there will be, each of both directions
   */
  constructor(nodes, edges) {
    this.nodes = nodes;
    this.arcs = 0;
    this.firstArc = new Int32Array(nodes).fill(NONE);
    this.nextArc = new Int32Array(2 * edges);
    this.head = new Int32Array(2 * edges);
    this.capacity = new Float32Array(2 * edges);
    /** Left between the node and the source (positive) or the sink (negative). */
    this.terminal = new Float32Array(nodes);
    /** The arc from a node to its parent. */
    this.parent = new Int32Array(nodes).fill(NONE);
    /** 1 in the tree of the source, 2 in that of the sink, 0 in none. */
    this.tree = new Uint8Array(nodes);
    this.time = new Int32Array(nodes);
    this.depth = new Int32Array(nodes);
    this.now = 0;
    this.isActive = new Uint8Array(nodes);
    /** @type {number[]} */
    this.active = [];
    /** @type {number[]} */
    this.orphans = [];
  }

  /**
   * @param {number} node
   * @param {number} toSource cost of cutting the node off the source
   * @param {number} toSink cost of cutting it off the sink
   */
  addTerminal(node, toSource, toSink) {
    this.terminal[node] += toSource - toSink;
  }

  /**
   * @param {number} a
   * @param {number} b
   * @param {number} weight of both directions
   */
  addEdge(a, b, weight) {
    const arc = this.arcs;
    this.arcs += 2;
    this.link(arc, a, b, weight);
    this.link(arc + 1, b, a, weight);
  }

  /**
   * @param {number} arc
   * @param {number} from
   * @param {number} to
   * @param {number} weight
   */
  link(arc, from, to, weight) {
    this.head[arc] = to;
    this.capacity[arc] = weight;
    this.nextArc[arc] = this.firstArc[from];
    this.firstArc[from] = arc;
  }

  /**
   * Cut. Nodes that could be on either side are on the sink's.
   * @returns {Uint8Array} 1 for each node on the side of the source
   */
  cut() {
    for (let node = 0; node < this.nodes; node++) {
      if (this.terminal[node] === 0) continue;
      this.tree[node] = this.terminal[node] > 0 ? 1 : 2;
      this.parent[node] = TERMINAL;
      this.depth[node] = 1;
      this.activate(node);
    }
    for (let at = 0; at < this.active.length; at++) {
      const node = this.active[at];
      this.isActive[node] = 0;
      while (this.tree[node]) {
        const meeting = this.growFrom(node);
        if (meeting === NONE) break;
        this.now++;
        this.augment(meeting);
        this.adopt();
      }
      if (at > 65536) {
        this.active.splice(0, at + 1);
        at = -1;
      }
    }
    return this.tree.map((side) => (side === 1 ? 1 : 0));
  }

  /** @param {number} node */
  activate(node) {
    if (this.isActive[node]) return;
    this.isActive[node] = 1;
    this.active.push(node);
  }

  /**
   * Take in the free neighbours of a node.
   * @param {number} node
   * @returns {number} an arc from the source's tree to the sink's, if there is one
   */
  growFrom(node) {
    const { tree, capacity, head, nextArc } = this;
    const side = tree[node];
    for (let arc = this.firstArc[node]; arc !== NONE; arc = nextArc[arc]) {
      if (capacity[side === 1 ? arc : arc ^ 1] <= 0) continue;
      const other = head[arc];
      if (tree[other] === 0) {
        tree[other] = side;
        this.parent[other] = arc ^ 1;
        this.time[other] = this.time[node];
        this.depth[other] = this.depth[node] + 1;
        this.activate(other);
      } else if (tree[other] !== side) {
        return side === 1 ? arc : arc ^ 1;
      }
    }
    return NONE;
  }

  /**
   * Push as much as goes from the source over this arc to the sink.
   * @param {number} meeting
   */
  augment(meeting) {
    const { capacity, head, parent, terminal } = this;
    let most = capacity[meeting];
    let node = head[meeting ^ 1];
    for (; parent[node] !== TERMINAL; node = head[parent[node]]) most = Math.min(most, capacity[parent[node] ^ 1]);
    most = Math.min(most, terminal[node]);
    node = head[meeting];
    for (; parent[node] !== TERMINAL; node = head[parent[node]]) most = Math.min(most, capacity[parent[node]]);
    most = Math.min(most, -terminal[node]);
    capacity[meeting] -= most;
    capacity[meeting ^ 1] += most;
    this.drain(head[meeting ^ 1], most, 1);
    this.drain(head[meeting], most, 0);
  }

  /**
   * Take the flow off the way from a node to its terminal.
   * @param {number} node
   * @param {number} flow
   * @param {0 | 1} reverse 1 in the source's tree, whose arcs are used against the way to the parent
   */
  drain(node, flow, reverse) {
    const { capacity, head, parent, terminal } = this;
    while (parent[node] !== TERMINAL) {
      const arc = parent[node];
      const next = head[arc];
      capacity[arc ^ reverse] -= flow;
      capacity[arc ^ reverse ^ 1] += flow;
      if (capacity[arc ^ reverse] <= 0) this.orphan(node);
      node = next;
    }
    terminal[node] += reverse ? -flow : flow;
    if (reverse ? terminal[node] <= 0 : terminal[node] >= 0) this.orphan(node);
  }

  /** @param {number} node */
  orphan(node) {
    this.parent[node] = ORPHAN;
    this.orphans.push(node);
  }

  /** Find new parents for the orphans, or set them free. */
  adopt() {
    while (this.orphans.length) {
      const node = /** @type {number} */ (this.orphans.pop());
      const best = this.bestParent(node);
      if (best === NONE) {
        this.release(node);
        continue;
      }
      this.parent[node] = best;
      this.time[node] = this.now;
      this.depth[node] = this.depth[this.head[best]] + 1;
    }
  }

  /**
   * The neighbour of the same tree that is nearest to the terminal.
   * @param {number} node
   * @returns {number} the arc to it
   */
  bestParent(node) {
    const { tree, capacity, head, nextArc } = this;
    const side = tree[node];
    let best = NONE;
    let nearest = Infinity;
    for (let arc = this.firstArc[node]; arc !== NONE; arc = nextArc[arc]) {
      if (tree[head[arc]] !== side || capacity[side === 1 ? arc ^ 1 : arc] <= 0) continue;
      const depth = this.origin(head[arc]);
      if (depth < nearest) {
        nearest = depth;
        best = arc;
      }
    }
    return best;
  }

  /**
   * How deep a node hangs below its terminal; infinitely if it hangs on an orphan.
   * @param {number} node
   */
  origin(node) {
    const { parent, head, time, depth } = this;
    let steps = 0;
    let at = node;
    while (time[at] !== this.now) {
      if (parent[at] === TERMINAL) {
        time[at] = this.now;
        depth[at] = 1;
        break;
      }
      if (parent[at] < 0) return Infinity;
      at = head[parent[at]];
      steps++;
    }
    const total = depth[at] + steps;
    // Whoever asks on the same way again finds the answer sooner.
    for (at = node, steps = total; time[at] !== this.now; at = head[parent[at]]) {
      time[at] = this.now;
      depth[at] = steps--;
    }
    return total;
  }

  /**
   * Set a node free, and its children with it.
   * @param {number} node
   */
  release(node) {
    const { tree, capacity, head, nextArc, parent } = this;
    const side = tree[node];
    for (let arc = this.firstArc[node]; arc !== NONE; arc = nextArc[arc]) {
      const other = head[arc];
      if (tree[other] !== side) continue;
      if (capacity[side === 1 ? arc ^ 1 : arc] > 0) this.activate(other);
      if (parent[other] >= 0 && head[parent[other]] === node) this.orphan(other);
    }
    tree[node] = 0;
    parent[node] = NONE;
  }
}
