import { AlertDialog as Radix } from "radix-ui";
import { type ReactNode, useRef } from "react";

/** A question that has to be answered: focus starts on the answer that changes nothing, and Escape gives it. */
export function Dialog(props: {
  onClose(): void;
  title: ReactNode;
  description: ReactNode;
  children: ReactNode;
  cancel: ReactNode;
  action: ReactNode;
}) {
  const opener = useRef(document.activeElement);
  return (
    <Radix.Root open onOpenChange={(isOpen) => !isOpen && props.onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/50 backdrop-blur-[2px]" />
        <Radix.Content
          className="fixed top-1/2 left-1/2 z-50 max-h-[calc(100dvh-2rem)] w-[calc(100vw-2rem)] max-w-lg -translate-x-1/2 -translate-y-1/2 overflow-y-auto rounded-2xl border bg-card-solid p-6 shadow-2xl"
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            // What was ended has no button any more.
            const { current } = opener;
            const back =
              current instanceof HTMLElement && current.isConnected ? current : document.getElementById("content");
            back?.focus();
          }}
        >
          <Radix.Title className="flex items-center gap-2 text-lg font-semibold">{props.title}</Radix.Title>
          <Radix.Description className="mt-2 text-sm text-muted-foreground">{props.description}</Radix.Description>
          <div className="mt-4 grid grid-cols-1 gap-4 text-sm">{props.children}</div>
          <div className="mt-6 flex flex-col-reverse gap-2 sm:flex-row sm:justify-end">
            <Radix.Cancel asChild>{props.cancel}</Radix.Cancel>
            {props.action}
          </div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
