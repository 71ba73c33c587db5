package dev.flint.registry.server;

/** A request that is answered with an error; the ordinary way out of a handler. */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient ErrorReply reply;

  Refusal(ErrorReply reply) {
    super(reply.message(), null, false, false);
    this.reply = reply;
  }

  Refusal(int status, Problem problem, String message) {
    this(new ErrorReply(status, problem, message));
  }

  /** A method this path does not have. */
  static Refusal method(Call call, String allowed) {
    call.with("Allow", allowed);
    return new Refusal(405, Problem.UNSUPPORTED, "the method is not one of " + allowed);
  }

  /** There is too much to do at once; half a minute later there may be less. */
  static Refusal busy(Call call, String message) {
    call.with("Retry-After", "30");
    return new Refusal(429, Problem.TOOMANYREQUESTS, message);
  }

  ErrorReply reply() {
    return reply;
  }
}
