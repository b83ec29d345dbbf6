-- How many plays are there?
-- Count the plays in the database.
SELECT count(*) FROM Play

-- Show the titles of all plays.
SELECT Title FROM Play

-- Which plays are of the genre comedy?
-- List the titles of the comedy plays.
SELECT Title FROM Play WHERE Genre = 'comedy'

-- How many seats does the largest theatre have?
-- What is the greatest number of seats in a theatre?
SELECT max(Seats) FROM Theatre

-- Which nationalities do the actors have? List each once.
-- Show the distinct nationalities of actors.
SELECT DISTINCT Nationality FROM Actor

-- How many actors are female?
-- Count the female actors (gender female).
SELECT count(*) FROM Actor WHERE Gender = 'female'

-- What is the average age of all actors?
SELECT avg(Age) FROM Actor

-- What is the total budget of all productions?
-- How much money do the budgets of the productions add up to?
SELECT sum(Budget) FROM Production

-- Which theatres were built before 1900?
-- Names of theatres built earlier than 1900?
SELECT Theatre_name FROM Theatre WHERE Year_built < 1900

-- In which town is the Empire?
-- Name the town of the theatre called Empire.
SELECT Town FROM Theatre WHERE Theatre_name = 'Empire'

-- How many different newspapers have published reviews?
-- Count the distinct newspapers of the reviews.
SELECT count(DISTINCT Newspaper) FROM Review

-- Show the names of actors from the oldest to the youngest.
-- List actor names in descending order of age.
SELECT Name FROM Actor ORDER BY Age DESC

-- How many reviews gave 5 stars?
SELECT count(*) FROM Review WHERE Stars = 5

-- What year was The Frozen Sound written?
-- In which year was the play The Frozen Sound written?
SELECT Year_written FROM Play WHERE Title = 'The Frozen Sound'

-- Which directors have worked for more than 15 years?
SELECT Name FROM Director WHERE Years_of_work > 15

-- Show the title, genre and year of every play.
-- What are the titles, genres and years written of the plays?
SELECT Title, Genre, Year_written FROM Play

-- What are the names and ages of the Irish actors?
-- For actors of Irish nationality, show name and age.
SELECT Name, Age FROM Actor WHERE Nationality = 'Irish'

-- What are the earliest and the latest year in which a play was written?
SELECT min(Year_written), max(Year_written) FROM Play

-- Which theatre has the fewest seats?
-- Give the name of the smallest theatre by seats.
SELECT Theatre_name FROM Theatre ORDER BY Seats LIMIT 1

-- Which production opening was the most recent? Show the opening date and the budget.
-- Show opening date and budget of the production that opened last.
SELECT Opening_date, Budget FROM Production ORDER BY Opening_date DESC LIMIT 1

-- Who are the two most experienced directors? Show name and years of work.
-- Show the names and years of work of the 2 directors who have worked longest.
SELECT Name, Years_of_work FROM Director ORDER BY Years_of_work DESC LIMIT 2

-- How many plays does each genre have?
-- Show every genre with its number of plays.
SELECT Genre, count(*) FROM Play GROUP BY Genre

-- For each town, how many theatres are there and how many seats do they have together?
-- Show the number of theatres and the total seats of each town.
SELECT Town, count(*), sum(Seats) FROM Theatre GROUP BY Town

-- What is the average number of stars given by each critic?
-- Show each critic with the mean of the stars.
SELECT Critic, avg(Stars) FROM Review GROUP BY Critic

-- What is the average fee for each part?
-- Show every part with its average fee.
SELECT Part, avg(Fee) FROM Casting GROUP BY Part

-- How old is the oldest actor of each nationality?
SELECT Nationality, max(Age) FROM Actor GROUP BY Nationality

-- Which nationalities have more than 2 actors?
-- Find nationalities that over 2 actors have.
SELECT Nationality FROM Actor GROUP BY Nationality HAVING count(*) > 2

-- Which newspapers published more than 8 reviews?
SELECT Newspaper FROM Review GROUP BY Newspaper HAVING count(*) > 8

-- Which plays did Declan Sweeney write?
-- Show the titles of plays by the playwright Declan Sweeney.
SELECT T1.Title FROM Play AS T1 JOIN Playwright AS T2 ON T1.Playwright_id = T2.Playwright_id WHERE T2.Name = 'Declan Sweeney'

-- Show the title of each play with the name of its playwright.
-- List plays and the names of the people who wrote them.
SELECT T1.Title, T2.Name FROM Play AS T1 JOIN Playwright AS T2 ON T1.Playwright_id = T2.Playwright_id

-- Who wrote Blackthorn Hall, and what is the writer's nationality?
-- Show name and nationality of the playwright of Blackthorn Hall.
SELECT T1.Name, T1.Nationality FROM Playwright AS T1 JOIN Play AS T2 ON T1.Playwright_id = T2.Playwright_id WHERE T2.Title = 'Blackthorn Hall'

-- How many productions has the Alhambra Playhouse staged?
-- Count the productions at the Alhambra Playhouse.
SELECT count(*) FROM Production AS T1 JOIN Theatre AS T2 ON T1.Theatre_id = T2.Theatre_id WHERE T2.Theatre_name = 'Alhambra Playhouse'

-- What are the opening dates and budgets of productions directed by Harold Bancroft?
-- For productions of the director Harold Bancroft, show opening date and budget.
SELECT T1.Opening_date, T1.Budget FROM Production AS T1 JOIN Director AS T2 ON T1.Director_id = T2.Director_id WHERE T2.Name = 'Harold Bancroft'

-- What is the average budget of the productions in Norwich?
-- How much was the average budget of productions in theatres of the town Norwich?
SELECT avg(T1.Budget) FROM Production AS T1 JOIN Theatre AS T2 ON T1.Theatre_id = T2.Theatre_id WHERE T2.Town = 'Norwich'

-- What parts has Julian Ferris played, and for what fee?
-- Show part and fee of each casting of Julian Ferris.
SELECT T1.Part, T1.Fee FROM Casting AS T1 JOIN Actor AS T2 ON T1.Actor_id = T2.Actor_id WHERE T2.Name = 'Julian Ferris'

-- In which different plays has Niamh Corrigan acted? Show the titles.
-- Show the distinct titles of plays with Niamh Corrigan in the cast.
SELECT DISTINCT T1.Title FROM Play AS T1 JOIN Production AS T2 ON T1.Play_id = T2.Play_id JOIN Casting AS T3 ON T2.Production_id = T3.Production_id JOIN Actor AS T4 ON T3.Actor_id = T4.Actor_id WHERE T4.Name = 'Niamh Corrigan'

-- Which theatres have staged a comedy? Show each name once.
-- Find the distinct names of theatres with a production of a play of the genre comedy.
SELECT DISTINCT T1.Theatre_name FROM Theatre AS T1 JOIN Production AS T2 ON T1.Theatre_id = T2.Theatre_id JOIN Play AS T3 ON T2.Play_id = T3.Play_id WHERE T3.Genre = 'comedy'

-- How many stars did the newspaper Stage Weekly give on average?
SELECT avg(Stars) FROM Review WHERE Newspaper = 'Stage Weekly'

-- Which actors who are male are younger than 35?
-- Find the male actors (gender male) with an age under 35.
SELECT Name FROM Actor WHERE Gender = 'male' AND Age < 35

-- Which plays are tragedies or have 5 acts? Show title and acts (genre tragedy).
-- Show title and acts of plays that are of genre tragedy or have 5 acts.
SELECT Title, Acts FROM Play WHERE Genre = 'tragedy' OR Acts = 5

-- Which productions opened between 2021-01-01 and 2022-06-30? Show opening date and performances.
-- Show opening date and number of performances for openings from 2021-01-01 to 2022-06-30.
SELECT Opening_date, Performances FROM Production WHERE Opening_date BETWEEN '2021-01-01' AND '2022-06-30'

-- Which actors are between 30 and 45 years old?
-- Names of actors aged 30 to 45?
SELECT Name FROM Actor WHERE Age BETWEEN 30 AND 45

-- Which plays have Paper in the title? Show title and year written.
-- Show the title and year of plays whose title contains Paper.
SELECT Title, Year_written FROM Play WHERE Title LIKE '%Paper%'

-- Which actors do not have the nationality English? Show name and nationality.
SELECT Name, Nationality FROM Actor WHERE Nationality != 'English'

-- How many plays has each playwright written? Show the name.
-- For each playwright, show name and number of plays.
SELECT T1.Name, count(*) FROM Playwright AS T1 JOIN Play AS T2 ON T1.Playwright_id = T2.Playwright_id GROUP BY T1.Playwright_id

-- What is the total number of performances at each theatre? Show the theatre name.
-- For each theatre name, add up the performances.
SELECT T1.Theatre_name, sum(T2.Performances) FROM Theatre AS T1 JOIN Production AS T2 ON T1.Theatre_id = T2.Theatre_id GROUP BY T1.Theatre_id

-- How much has each actor earned in fees? Show name and total fee.
-- Show the name of each actor with castings and the sum of the fees.
SELECT T1.Name, sum(T2.Fee) FROM Actor AS T1 JOIN Casting AS T2 ON T1.Actor_id = T2.Actor_id GROUP BY T1.Actor_id

-- How many productions has each director led? Show name and count.
SELECT T1.Name, count(*) FROM Director AS T1 JOIN Production AS T2 ON T1.Director_id = T2.Director_id GROUP BY T1.Director_id

-- What is the average budget for each genre?
-- Show the mean production budget by the genre of the play.
SELECT T2.Genre, avg(T1.Budget) FROM Production AS T1 JOIN Play AS T2 ON T1.Play_id = T2.Play_id GROUP BY T2.Genre

-- Which plays have never been produced?
-- Find the titles of plays without a production.
SELECT Title FROM Play WHERE Play_id NOT IN (SELECT Play_id FROM Production)

-- Which actors were never cast?
SELECT Name FROM Actor WHERE Actor_id NOT IN (SELECT Actor_id FROM Casting)

-- Which productions have no review? Show the opening date.
-- Opening dates of productions that were not reviewed?
SELECT Opening_date FROM Production WHERE Production_id NOT IN (SELECT Production_id FROM Review)

-- Which theatres have more seats than the average theatre?
-- Find theatres with an above average number of seats.
SELECT Theatre_name FROM Theatre WHERE Seats > (SELECT avg(Seats) FROM Theatre)

-- Which nationalities do both actors and directors have?
-- Find nationalities shared by an actor and a director.
SELECT Nationality FROM Actor INTERSECT SELECT Nationality FROM Director

-- Which nationality do playwrights have that no director has?
SELECT Nationality FROM Playwright EXCEPT SELECT Nationality FROM Director

-- Show all names of directors and playwrights.
-- List every name of a director or a playwright.
SELECT Name FROM Director UNION SELECT Name FROM Playwright

-- Which part was played the most often?
-- Find the most frequent part in the castings.
SELECT Part FROM Casting GROUP BY Part ORDER BY count(*) DESC LIMIT 1

-- Which newspaper has published the most reviews? Show the newspaper and the number.
-- Show the newspaper with the greatest number of reviews and that number.
SELECT Newspaper, count(*) FROM Review GROUP BY Newspaper ORDER BY count(*) DESC LIMIT 1

-- Which actor has been cast most often? Show name and age.
-- Show name and age of the actor with the most castings.
SELECT T1.Name, T1.Age FROM Actor AS T1 JOIN Casting AS T2 ON T1.Actor_id = T2.Actor_id GROUP BY T1.Actor_id ORDER BY count(*) DESC LIMIT 1

-- Which play had the most expensive production? Show title and budget.
-- Show the title of the play whose production had the largest budget, and the budget.
SELECT T1.Title, T2.Budget FROM Play AS T1 JOIN Production AS T2 ON T1.Play_id = T2.Play_id ORDER BY T2.Budget DESC LIMIT 1

-- Which theatre staged the most productions?
-- Give the name of the theatre with the largest number of productions.
SELECT T1.Theatre_name FROM Theatre AS T1 JOIN Production AS T2 ON T1.Theatre_id = T2.Theatre_id GROUP BY T1.Theatre_id ORDER BY count(*) DESC LIMIT 1

-- Which actor received the highest fee as lead? Show actor name, fee and opening date.
-- For the part lead, show actor name, fee and opening date of the production with the highest fee.
SELECT T1.Name, T2.Fee, T3.Opening_date FROM Actor AS T1 JOIN Casting AS T2 ON T1.Actor_id = T2.Actor_id JOIN Production AS T3 ON T2.Production_id = T3.Production_id WHERE T2.Part = 'lead' ORDER BY T2.Fee DESC LIMIT 1

-- Which actors have played both a villain and a servant?
-- Find actors with a part villain and also a part servant.
SELECT T1.Name FROM Actor AS T1 JOIN Casting AS T2 ON T1.Actor_id = T2.Actor_id WHERE T2.Part = 'villain' INTERSECT SELECT T1.Name FROM Actor AS T1 JOIN Casting AS T2 ON T1.Actor_id = T2.Actor_id WHERE T2.Part = 'servant'

-- Which directors have never staged a tragedy?
-- Find directors without a production of a play of the genre tragedy.
SELECT Name FROM Director EXCEPT SELECT T1.Name FROM Director AS T1 JOIN Production AS T2 ON T1.Director_id = T2.Director_id JOIN Play AS T3 ON T2.Play_id = T3.Play_id WHERE T3.Genre = 'tragedy'

-- Which actors were cast more than 4 times? Show name and number of castings.
-- Show the name and the number of castings of actors with over 4 castings.
SELECT T1.Name, count(*) FROM Actor AS T1 JOIN Casting AS T2 ON T1.Actor_id = T2.Actor_id GROUP BY T1.Actor_id HAVING count(*) > 4

-- Which English actors are older than the average actor? Show name and age.
-- Show name and age of actors of nationality English above the average age.
SELECT Name, Age FROM Actor WHERE Nationality = 'English' AND Age > (SELECT avg(Age) FROM Actor)

-- Considering plays written after 1950, how many productions did each have? Show title and count.
-- For plays written after 1950, count the productions by title.
SELECT T1.Title, count(*) FROM Play AS T1 JOIN Production AS T2 ON T1.Play_id = T2.Play_id WHERE T1.Year_written > 1950 GROUP BY T1.Play_id

-- In which town was the production with the most performances? Show town, title and performances.
-- Show the town, the play title and the performances of the production performed most.
SELECT T1.Town, T3.Title, T2.Performances FROM Theatre AS T1 JOIN Production AS T2 ON T1.Theatre_id = T2.Theatre_id JOIN Play AS T3 ON T2.Play_id = T3.Play_id ORDER BY T2.Performances DESC LIMIT 1

-- Which director has the best average of stars? Show the name and the average.
-- Average the stars by director: who comes out on top, and with what average?
-- Show the name of the director whose productions got the highest mean of stars, with that mean.
SELECT T1.Name, avg(T3.Stars) FROM Director AS T1 JOIN Production AS T2 ON T1.Director_id = T2.Director_id JOIN Review AS T3 ON T2.Production_id = T3.Production_id GROUP BY T1.Director_id ORDER BY avg(T3.Stars) DESC LIMIT 1
