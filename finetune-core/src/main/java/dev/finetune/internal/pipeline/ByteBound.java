package dev.finetune.internal.pipeline;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.concurrent.atomic.AtomicLong;

/** A number of bytes that several stores share. Safe for use from several threads. */
public final class ByteBound {

  private final long most;
  private final AtomicLong taken = new AtomicLong();

  /** Creates a bound of which nothing is taken; {@code most} is at least 0. */
  public ByteBound(long most) {
    checkArgument(most >= 0, "most must be >= 0, got %s", most);
    this.most = most;
  }

  /** Returns the largest number of bytes that can be taken. */
  public long most() {
    return most;
  }

  /** Returns whether bytes are within what is left of the bound. */
  boolean fits(long bytes) {
    return bytes <= most - taken.get();
  }

  /** Takes bytes if they are within the bound. Returns whether it has taken them. */
  boolean take(long bytes) {
    long before = taken.getAndUpdate(now -> bytes <= most - now ? now + bytes : now);
    return bytes <= most - before;
  }

  /** Returns bytes that were taken. */
  void release(long bytes) {
    taken.addAndGet(-bytes);
  }

  /** Returns the bytes that are taken. */
  public long taken() {
    return taken.get();
  }
}
