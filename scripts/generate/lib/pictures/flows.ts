import type { Route, SessionStatus } from "../../../../sdk/src/types.ts";
import { CODE, Diagram, HEADING, MUTED, PLAIN, SMALL, STRONG } from "./diagram.ts";

interface Step {
  from: SessionStatus;
  to: SessionStatus;
  path: string;
  label: string;
  /** Where the middle of the label is, and its base line. */
  at: [x: number, y: number];
}

/** What takes a session from one state to another, one arrow each. */
const STEPS: Step[] = [
  { from: "None", to: "Pending", path: "M140 106H220", label: "register", at: [172, 98] },
  {
    from: "None",
    to: "Active",
    path: "M82 84C82 24 478 24 478 82",
    label: "register, to start at once",
    at: [300, 62],
  },
  { from: "Pending", to: "Active", path: "M338 106H418", label: "its start", at: [378, 98] },
  { from: "Active", to: "Exhausted", path: "M536 98H638", label: "last call", at: [587, 90] },
  { from: "Exhausted", to: "Active", path: "M640 116H538", label: "renew", at: [588, 130] },
  { from: "Active", to: "Expired", path: "M462 128V210", label: "its end", at: [424, 174] },
  { from: "Expired", to: "Active", path: "M494 212V130", label: "renew", at: [520, 174] },
  { from: "Exhausted", to: "Expired", path: "M698 128C698 234 620 234 538 234", label: "its end", at: [688, 226] },
  {
    from: "Expired",
    to: "Pending",
    path: "M420 234C330 234 280 200 280 130",
    label: "renew, to start later",
    at: [344, 152],
  },
  {
    from: "None",
    to: "Revoked",
    path: "M82 128C82 352 250 352 418 352",
    label: "revoke, before it was ever registered",
    at: [252, 378],
  },
];
/** Those that are framed: each is renewed to the first two, and revoked. */
const FRAMED: SessionStatus[] = ["Pending", "Active", "Exhausted", "Expired"];
const RENEWED: SessionStatus[] = ["Pending", "Active"];

/** Every step that the picture shows, by its arrows or by its frame. */
export function stateSteps(): Set<string> {
  const said = ({ from, to }: Pick<Step, "from" | "to">) => `${from} to ${to}`;
  return new Set([
    ...STEPS.map(said),
    ...FRAMED.flatMap((from) => [...RENEWED, "Revoked" as const].map((to) => said({ from, to }))),
  ]);
}

/** What a session can be, and what takes it from one to another. */
export function statesPicture(): string {
  const diagram = new Diagram("states", 820);
  const at: Record<SessionStatus, [x: number, y: number, colour: string]> = {
    None: [24, 84, ""],
    Pending: [222, 84, "amber"],
    Active: [420, 84, "blue"],
    Exhausted: [640, 84, "amber"],
    Expired: [420, 212, ""],
    Revoked: [420, 330, "red"],
  };
  const [width, height] = [116, 44];
  diagram.frame(204, 20, 600, 268);
  for (const [name, [x, y, colour]] of Object.entries(at)) diagram.box(x, y, width, height, [[name, STRONG]], colour);
  for (const { path, label, at: place } of STEPS) {
    diagram.arrow(path);
    diagram.middle(...place, label, SMALL);
  }
  diagram.arrow("M478 288V328");
  diagram.text(490, 312, "revoke, replace, the key itself, revoke all, uninstall", SMALL);
  diagram.paragraph(216, 258, 210, `renewed at any time, to ${RENEWED.join(" or ")}, with fresh counters`, MUTED);
  diagram.text(548, 357, "for good: a revoked key never comes back", MUTED);
  return diagram.svg(
    394,
    "The states of a session",
    [
      "None becomes Pending by a registration, or Active if it starts at once.",
      "Pending becomes Active at its start, Active becomes Exhausted by its last call; both become Expired at the end.",
      "Any of these four is renewed to Pending or Active, and becomes Revoked by revoking, replacing, the key itself,",
      "revoking all, or uninstalling. None becomes Revoked too. Revoked is for good.",
    ].join("\n"),
  );
}

/** Who passes a call on, from the key to the target; a `*` marks Latchkey. */
const WAYS: Record<Route, { sends: string; way: string[]; then?: string; about: string }> = {
  userOperation: {
    sends: "signs",
    way: ["bundler", "EntryPoint", "account", "*Latchkey"],
    then: "then the account calls the target",
    about: "gasless with a paymaster",
  },
  direct: {
    sends: "sends",
    way: ["*Latchkey", "account", "target"],
    about: "cheapest: no signature to check",
  },
  relayed: {
    sends: "signs",
    way: ["relayer", "*Latchkey", "account", "target"],
    about: "anyone carries it",
  },
  forwarded: {
    sends: "signs or sends",
    way: ["relayer, if any", "forwarder", "*Latchkey"],
    then: "then the forwarder calls the target, with the principal behind the calldata",
    about: "ERC-2771 contracts as they are, for plain wallets",
  },
  asked: {
    sends: "sends",
    way: ["dApp", "*Latchkey"],
    then: "then the dApp does it itself",
    about: "ten lines in your contract",
  },
};

export function routesPicture(): string {
  const diagram = new Diagram("routes", 820);
  const [width, height, step] = [102, 34, 82];
  const told: string[] = [];
  let y = 20;
  for (const [route, { sends, way, then = "", about }] of Object.entries(WAYS)) {
    diagram.text(16, y + 12, route, { ...CODE, name: "code strong", size: 12 });
    diagram.text(16 + 124, y + 12, about, MUTED);
    const top = y + 22;
    diagram.box(16, top, 60, height, [["key", STRONG]]);
    let x = 76;
    way.forEach((each, i) => {
      const gap = i === 0 ? 96 : 34;
      diagram.arrow(`M${x} ${top + height / 2}H${x + gap - 2}`);
      if (i === 0) diagram.middle(x + gap / 2, top + height / 2 - 5, sends, SMALL);
      x += gap;
      const isLatchkey = each.startsWith("*");
      diagram.box(
        x,
        top,
        width,
        height,
        [[each.replace("*", ""), isLatchkey ? STRONG : PLAIN]],
        isLatchkey ? "blue" : "",
      );
      x += width;
    });
    if (then !== "") diagram.paragraph(x + 12, top + (then.length > 40 ? 10 : 21), 820 - x - 26, then, SMALL);
    told.push(
      `${route}: key ${sends}, ${way.map((each) => each.replace("*", "")).join(", ")}${then === "" ? "" : `, ${then}`}`,
    );
    y += step;
  }
  return diagram.svg(y + 6, "The ways in", told.join("\n"));
}

/** The four words of a session key's signature. */
export function signaturePicture(): string {
  const diagram = new Diagram("signature", 820);
  const elements: [name: string, secp256k1: string, p256: string, colour: string][] = [
    ["sessionPubKey", "the key's address, below 2^160", "x, from 2^160", "blue"],
    ["r", "r", "r", ""],
    ["s", "s, below half the order; its top bit is the parity of v", "s, the same; its top bit is the parity of y", ""],
    ["validUntil", "the operation's own deadline, 1 to the session's end", "the same", "amber"],
  ];
  const [width, left] = [170, 116];
  elements.forEach(([name, secp256k1, p256, colour], i) => {
    const x = left + i * (width + 2);
    diagram.text(x + 2, 24, `${i * 32}`, CODE);
    diagram.text(x + width - 26, 24, `${i * 32 + 31}`, CODE);
    diagram.box(
      x,
      32,
      width,
      46,
      [
        [name, STRONG],
        ["32 bytes", MUTED],
      ],
      colour,
    );
    diagram.box(x, 86, width, 52, [[secp256k1, SMALL]]);
    diagram.box(x, 144, width, 52, [[p256, SMALL]]);
  });
  diagram.text(16, 24, "byte", MUTED);
  diagram.text(16, 60, "element", MUTED);
  diagram.text(16, 116, "secp256k1", HEADING);
  diagram.text(16, 174, "P-256", HEADING);
  const rows = elements.map(([name, a, b]) => `${name}: ${a}; with P-256 ${b}`);
  return diagram.svg(212, "The signature of a session key", ["128 bytes, four elements.", ...rows].join("\n"));
}
