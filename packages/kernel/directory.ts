/** Somebody's names and addresses. Facts name people by opaque id only; what identifies them is kept apart and can be forgotten. */
export interface Person {
  readonly id: string;
  readonly name: string | null;
  readonly email: string | null;
}

export interface Directory {
  put(people: readonly Person[]): Promise<void>;
  get(id: string): Promise<Person | undefined>;
  list(): Promise<readonly Person[]>;
  forget(id: string): Promise<void>;
  close(): Promise<void>;
}
