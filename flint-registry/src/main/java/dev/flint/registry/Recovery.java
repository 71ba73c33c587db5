package dev.flint.registry;

/** What is done about a request that failed. */
enum Recovery {
  /** The same request again. */
  RETRY,
  /** Nothing here: whoever reads the stream goes on by byte ranges (ResumingStream). */
  RESUME,
  /** The registry is asked what it has before anything is sent. */
  LOOK_FIRST,
  /** A new upload, from its POST on. */
  RESTART,
  /** A new upload, by smaller chunks. */
  SMALLER,
  /** Nothing: another attempt would fail as well. */
  STOP
}
