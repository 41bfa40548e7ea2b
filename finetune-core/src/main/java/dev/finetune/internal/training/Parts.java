package dev.finetune.internal.training;

import java.io.UncheckedIOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Calls of parts that an application may write. A failure names the part and the call. */
public final class Parts {

  private Parts() {}

  /**
   * Returns the result of a call.
   *
   * @param <T> the type of the result
   * @param part what the part is, such as {@code A schedule}
   * @param instance the part
   * @param call the name of the method
   * @param body makes the call
   * @throws IllegalArgumentException if the part throws one
   * @throws IllegalStateException if the part throws another exception, or returns null
   */
  public static <T> T required(
      String part, Object instance, String call, Supplier<? extends @Nullable T> body) {
    return required(part, instance, () -> call, body);
  }

  /**
   * Returns the result of a call; see {@link #required(String, Object, String, Supplier)}.
   *
   * @param call returns the name of the method, and for what it was called
   */
  static <T> T required(
      String part, Object instance, Supplier<String> call, Supplier<? extends @Nullable T> body) {
    @Nullable T result;
    try {
      result = body.get();
    } catch (UncheckedIOException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(failure(part, instance, call.get(), e), e);
    } catch (RuntimeException e) {
      throw new IllegalStateException(failure(part, instance, call.get(), e), e);
    }
    if (result == null) {
      throw new IllegalStateException(
          part + " must return a value, got null from " + name(instance, call.get()));
    }
    return result;
  }

  /** Makes a call without a result; see {@link #required(String, Object, String, Supplier)}. */
  static void run(String part, Object instance, String call, Runnable body) {
    required(
        part,
        instance,
        call,
        () -> {
          body.run();
          return true;
        });
  }

  private static String failure(String part, Object instance, String call, RuntimeException e) {
    return part + " must not fail, got " + e + " from " + name(instance, call);
  }

  /** The class of a lambda has a number that differs from run to run. */
  private static String name(Object instance, String call) {
    return instance.getClass().getName().replaceAll("\\$\\$Lambda.*", " (a lambda)") + "." + call;
  }
}
