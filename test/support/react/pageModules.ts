// What a page in Node is made of. React looks for a document when it is loaded.
export * as testing from "@testing-library/react";
export * as query from "@tanstack/react-query";
export * as wagmi from "wagmi";
export * as actions from "wagmi/actions";
export * as hooks from "../../../sdk/src/react/index.ts";
export { createElement, version } from "react";
export { hydrateRoot } from "react-dom/client";
export { renderToString } from "react-dom/server";
