"""The tables of docs/personal-data.md, made from the list that deletion and export follow."""

from referral_api.services.kept_data import KEPT, OF_NOBODY


def kept_table() -> str:
    lines = [
        "| what | of it | how long | at the deletion of the account | in the export |",
        "| --- | --- | --- | --- | --- |",
    ]
    for kept in KEPT:
        end = "goes"
        if kept.emptied:
            columns = ", ".join(f"`{column}`" for column in kept.emptied)
            end = f"stays without {columns}"
        export = f"`{kept.export}`" if kept.export else "–"
        lines.append(f"| {kept.name} | {kept.what} | {kept.how_long} | {end} | {export} |")
    return "\n".join(lines)


def of_nobody_table() -> str:
    lines = ["| table | what is in it |", "| --- | --- |"]
    for table, reason in OF_NOBODY.items():
        lines.append(f"| `{table}` | {reason} |")
    return "\n".join(lines)
