import { type ReactNode, useEffect, useId, useRef } from "react";

/**
 * A question that has to be answered: focus starts on the answer that changes nothing, and Escape gives it. The browser's own
 * dialog keeps the focus inside and the rest of the page out of reach.
 */
export function Dialog({
  onClose,
  title,
  description,
  children,
  answers,
}: {
  onClose(): void;
  title: ReactNode;
  description: ReactNode;
  children: ReactNode;
  /** The first one changes nothing. */
  answers: ReactNode;
}) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const keep = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = dialog.current!;
    const opener = document.activeElement;
    element.showModal();
    keep.current!.querySelector("button")!.focus();
    return () => {
      element.close();
      // What was ended has no button any more.
      const back = opener instanceof HTMLElement && opener.isConnected ? opener : document.getElementById("content");
      back?.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      role="alertdialog"
      aria-modal="true"
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-description`}
      className="m-auto max-h-[calc(100dvh-2rem)] w-[calc(100vw-2rem)] max-w-lg overflow-y-auto rounded-2xl border bg-card-solid p-6 text-foreground shadow-2xl backdrop:bg-black/50 backdrop:backdrop-blur-[2px]"
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <h2 id={`${id}-title`} className="flex items-center gap-2 text-lg font-semibold">
        {title}
      </h2>
      <p id={`${id}-description`} className="mt-2 text-sm text-muted-foreground">
        {description}
      </p>
      <div className="mt-4 grid grid-cols-1 gap-4 text-sm">{children}</div>
      <div ref={keep} className="mt-6 flex flex-col gap-2 sm:flex-row sm:justify-end">
        {answers}
      </div>
    </dialog>
  );
}
