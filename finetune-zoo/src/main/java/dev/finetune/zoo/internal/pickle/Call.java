package dev.finetune.zoo.internal.pickle;

/** A call of one of the functions that restore tensors. It is not executed. */
public final class Call {

  private final String function;
  private final Items arguments;

  Call(String function, Items arguments) {
    this.function = function;
    this.arguments = arguments;
  }

  /** Returns the module and the name of the function. */
  public String function() {
    return function;
  }

  /** Returns the arguments. */
  public Items arguments() {
    return arguments;
  }
}
