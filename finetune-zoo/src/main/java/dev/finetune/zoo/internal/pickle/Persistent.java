package dev.finetune.zoo.internal.pickle;

/** A reference to an object that is stored outside the pickle. */
public final class Persistent {

  private final Object id;

  Persistent(Object id) {
    this.id = id;
  }

  /** Returns the name of the object, as the program that wrote the pickle understands it. */
  public Object id() {
    return id;
  }
}
