package dev.flint.registry;

/** What a request is for, as far as it decides what may be done when it fails. */
enum RequestKind {
  /** A GET or HEAD with a short answer. */
  READ,
  /** The GET of a blob: what comes is read by somebody who can go on by byte ranges. */
  STREAM,
  /** The POST that opens an upload. */
  OPENING,
  /** The one PUT of a whole blob. */
  WHOLE,
  /** A PATCH of an upload by chunks, or its closing PUT. */
  CHUNK,
  /** The PUT or DELETE of a manifest, which changes nothing when it is done twice. */
  MANIFEST
}
