package dev.flint.agent.http;

import java.io.InputStream;
import java.io.OutputStream;

/**
 * A connection that is no longer HTTP (RFC 9110, 7.8). It ends with the answer that it is part of.
 * One thread may read while another writes.
 */
public final class Upgraded {
  /** Of a client that says nothing, or takes nothing: as long as a kubelet has it. */
  private static final int IDLE_LOOKS = 4 * 60 * 60;

  private static final int END_LOOKS = 5;

  private final Wire wire;

  /** Guarded by this. */
  private boolean ending;

  Upgraded(Wire wire) {
    this.wire = wire;
    wire.patient().looks(IDLE_LOOKS);
    wire.watch().reading(IDLE_LOOKS);
  }

  /** What the client sends. */
  public InputStream in() {
    return wire.in();
  }

  /** What the client gets; with a buffer that has to be flushed. */
  public OutputStream out() {
    return wire.out();
  }

  /** Says that something goes on, so that the client is not taken for gone. */
  public synchronized void active() {
    if (!ending) {
      wire.watch().reading(IDLE_LOOKS);
    }
  }

  /** Says that all is said: what the client still has to say, it says within seconds. */
  public synchronized void ending() {
    ending = true;
    wire.patient().looks(END_LOOKS);
    wire.watch().reading(END_LOOKS);
  }

  /** Hangs up; whoever reads or writes fails. */
  public void abort() {
    wire.watch().cut();
  }
}
