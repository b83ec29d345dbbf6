-- How many books does the library have?
-- Count the books.
SELECT count(*) FROM book

-- How many members are there?
-- What is the total number of library members?
SELECT count(*) FROM member

-- List the names of all branches.
-- What are the names of the branches?
SELECT name FROM branch

-- Show the titles of all mystery books.
-- Which books belong to the genre Mystery? Give their titles.
SELECT title FROM book WHERE genre = 'Mystery'

-- What is the average number of pages of a book?
-- How many pages does a book have on average?
SELECT avg(pages) FROM book

-- List the titles of the books from the oldest to the newest year.
SELECT title FROM book ORDER BY year

-- What are the different genres of books?
-- Give me all distinct book genres.
SELECT DISTINCT genre FROM book

-- How old is the oldest member?
-- What is the highest age among the members?
SELECT max(age) FROM member

-- How many members live in Salem?
-- Count the members whose city is Salem.
SELECT count(*) FROM member WHERE city = 'Salem'

-- In how many different countries were the authors born?
-- How many distinct countries do the authors come from?
SELECT count(DISTINCT country) FROM author

-- Show the name and age of every member.
-- What are the names and ages of all members?
SELECT name, age FROM member

-- What are the title and year of each book with more than 400 pages?
-- Give the titles and years of books longer than 400 pages.
SELECT title, year FROM book WHERE pages > 400

-- How many books are there in each genre?
-- For every genre, give its name and the number of books.
SELECT genre, count(*) FROM book GROUP BY genre

-- What is the longest book? Give its title.
-- Find the title of the book with the most pages.
SELECT title FROM book ORDER BY pages DESC LIMIT 1

-- Who is the youngest member?
-- What is the name of the member with the lowest age?
SELECT name FROM member ORDER BY age LIMIT 1

-- List the title of each book together with the name of its author.
-- Show every book title and who wrote it.
SELECT T1.title, T2.name FROM book AS T1 JOIN author AS T2 ON T1.author_id = T2.author_id

-- Which books were written by Clara Whitfield?
-- Give the titles of all books by the author named Clara Whitfield.
SELECT T1.title FROM book AS T1 JOIN author AS T2 ON T1.author_id = T2.author_id WHERE T2.name = 'Clara Whitfield'

-- What are the names of members from Portland who are older than 40?
SELECT name FROM member WHERE city = 'Portland' AND age > 40

-- Which members joined after 2019-12-31? Show their names and join dates.
-- List the name and join date of members who joined after 2019-12-31.
SELECT name, join_date FROM member WHERE join_date > '2019-12-31'

-- Show the titles of the novels published between 1990 and 2010.
-- Which books with genre Novel came out between 1990 and 2010?
SELECT title FROM book WHERE genre = 'Novel' AND year BETWEEN 1990 AND 2010

-- What are the minimum, maximum and average ages of the members?
SELECT min(age), max(age), avg(age) FROM member

-- Find the titles of books with the word Night in the title.
-- Which book titles contain Night?
SELECT title FROM book WHERE title LIKE '%Night%'

-- Which cities have more than 4 members?
-- Show the cities where at least 5 members live.
SELECT city FROM member GROUP BY city HAVING count(*) > 4

-- How many loans were made at the branch called Riverside?
-- Count the loans of the Riverside branch.
SELECT count(*) FROM loan AS T1 JOIN branch AS T2 ON T1.branch_id = T2.branch_id WHERE T2.name = 'Riverside'

-- Give the average age of members in each city.
-- What is the average member age for every city? Show the city as well.
SELECT city, avg(age) FROM member GROUP BY city

-- Which genre has the most books?
-- What is the most common genre of books?
SELECT genre FROM book GROUP BY genre ORDER BY count(*) DESC LIMIT 1

-- Which members have never borrowed a book? List their names.
-- Find the names of members without any loan.
SELECT name FROM member WHERE member_id NOT IN (SELECT member_id FROM loan)

-- What are the titles of books that have more pages than the average book?
-- Show the titles of books longer than average.
SELECT title FROM book WHERE pages > (SELECT avg(pages) FROM book)

-- Which cities have both a branch and a member?
-- Find the cities that appear among the branches and also among the members.
SELECT city FROM branch INTERSECT SELECT city FROM member

-- Which cities have members but no branch?
SELECT city FROM member EXCEPT SELECT city FROM branch

-- What are the titles of books borrowed by Olivia Barnes?
-- List the titles of the books that the member Olivia Barnes has on loan records.
SELECT T1.title FROM book AS T1 JOIN loan AS T2 ON T1.book_id = T2.book_id JOIN member AS T3 ON T2.member_id = T3.member_id WHERE T3.name = 'Olivia Barnes'

-- What is the name of the author who wrote the longest book?
-- Find the author of the book with the most pages.
SELECT T1.name FROM author AS T1 JOIN book AS T2 ON T1.author_id = T2.author_id ORDER BY T2.pages DESC LIMIT 1

-- Which member has borrowed the most books? Give the name.
-- What is the name of the member with the largest number of loans?
SELECT T1.name FROM member AS T1 JOIN loan AS T2 ON T1.member_id = T2.member_id GROUP BY T1.member_id ORDER BY count(*) DESC LIMIT 1

-- Show the title and the number of loans of the most borrowed book.
SELECT T1.title, count(*) FROM book AS T1 JOIN loan AS T2 ON T1.book_id = T2.book_id GROUP BY T1.book_id ORDER BY count(*) DESC LIMIT 1

-- Find the names of authors who wrote both a Novel and a Mystery book.
-- Which authors have a book of genre Novel and also one of genre Mystery?
SELECT T1.name FROM author AS T1 JOIN book AS T2 ON T1.author_id = T2.author_id WHERE T2.genre = 'Novel' INTERSECT SELECT T1.name FROM author AS T1 JOIN book AS T2 ON T1.author_id = T2.author_id WHERE T2.genre = 'Mystery'

-- What are the names of members from Portland who have not borrowed anything?
SELECT name FROM member WHERE city = 'Portland' AND member_id NOT IN (SELECT member_id FROM loan)

-- What are the titles and years of books that are newer than every book by Matteo Ferrante?
-- Which books came out after all of Matteo Ferrante's books? Give titles and years.
SELECT title, year FROM book WHERE year > (SELECT max(T1.year) FROM book AS T1 JOIN author AS T2 ON T1.author_id = T2.author_id WHERE T2.name = 'Matteo Ferrante')

-- Which authors have written more than one book after 2000? Show their names and how many such books they wrote.
-- Give the name and number of books for each author with at least two books published after 2000.
SELECT T1.name, count(*) FROM author AS T1 JOIN book AS T2 ON T1.author_id = T2.author_id WHERE T2.year > 2000 GROUP BY T1.author_id HAVING count(*) > 1

-- At which branch were the most books borrowed by members from Portland? Give the branch name.
SELECT T1.name FROM branch AS T1 JOIN loan AS T2 ON T1.branch_id = T2.branch_id JOIN member AS T3 ON T2.member_id = T3.member_id WHERE T3.city = 'Portland' GROUP BY T1.branch_id ORDER BY count(*) DESC LIMIT 1

-- List the titles and pages of the mystery books from the longest to the shortest. The genre is Mystery.
-- Show title and pages of all books of the genre Mystery, longest first.
SELECT title, pages FROM book WHERE genre = 'Mystery' ORDER BY pages DESC

-- How many different members borrowed a book, and how many loans are there in total?
SELECT count(DISTINCT member_id), count(*) FROM loan

-- How many books did Daniel Okafor write?
-- Count the books by the author Daniel Okafor.
SELECT count(*) FROM book AS T1 JOIN author AS T2 ON T1.author_id = T2.author_id WHERE T2.name = 'Daniel Okafor'

-- Which authors from Italy or Japan have written a book with fewer than 300 pages? Show author names and titles.
-- Show the author name and title of books under 300 pages whose author is from Italy or from Japan.
SELECT T1.name, T2.title FROM author AS T1 JOIN book AS T2 ON T1.author_id = T2.author_id WHERE T2.pages < 300 AND T1.country = 'Italy' OR T2.pages < 300 AND T1.country = 'Japan'
